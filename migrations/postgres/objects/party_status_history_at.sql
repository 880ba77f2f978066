-- The rows of party_status_history as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION party_status_history_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (committee text, party text, category text, kind text, value text, classification text, deferred boolean,
    deferred_to date, assessment text, agreed_on date, meeting text, item text, decision text, authority
    text)
LANGUAGE sql STABLE BEGIN ATOMIC
    -- Materialized, so that it is asked once and not for each row.
    WITH names AS MATERIALIZED (SELECT meeting_names(party_status_history_at.as_of, party_status_history_at.known_at) AS names)
    SELECT v.committee, v.party, v.category, v.kind, v.value, v.classification, v.deferred, v.deferred_to,
           v.assessment, v.agreed_on, in_force(v.meeting, n.names), v.item, in_force(v.decision, n.names), v.authority
    FROM party_status_versions v
    CROSS JOIN names n
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(party_status_history_at.as_of),
                COALESCE(party_status_history_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION party_status_history_at IS 'party_status_history as of a moment, as known at a position of the log';
