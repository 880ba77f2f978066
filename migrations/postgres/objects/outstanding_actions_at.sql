-- The rows of outstanding_actions as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION outstanding_actions_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS SETOF actions LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM actions_at(outstanding_actions_at.as_of, outstanding_actions_at.known_at) a
    WHERE a.status = 'outstanding';
END;
COMMENT ON FUNCTION outstanding_actions_at IS 'outstanding_actions as of a moment, as known at a position of the log';
