-- The rows of party_statuses_current as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION party_statuses_current_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS SETOF party_status_history LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT DISTINCT ON (s.committee, s.party, s.kind) s.*
    FROM party_status_history_at(party_statuses_current_at.as_of, party_statuses_current_at.known_at) s
    ORDER BY s.committee, s.party, s.kind, s.agreed_on DESC, s.meeting DESC;
END;
COMMENT ON FUNCTION party_statuses_current_at IS
    'party_statuses_current as of a moment, as known at a position of the log';
