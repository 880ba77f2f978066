-- The rows of minutes as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION minutes_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (committee text, meeting text, edition text, step text, drafted_on date, document text, minutes_of date,
    outcome text, amendments text[], comments_received boolean)
LANGUAGE sql STABLE BEGIN ATOMIC
    -- Materialized, so that it is asked once and not for each row.
    WITH names AS MATERIALIZED (SELECT meeting_names(minutes_at.as_of, minutes_at.known_at) AS names)
    SELECT v.committee, in_force(v.meeting, n.names), v.edition, v.step, v.drafted_on, v.document, v.minutes_of, v.outcome,
           v.amendments, v.comments_received
    FROM minutes_versions v
    CROSS JOIN names n
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(minutes_at.as_of),
                COALESCE(minutes_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION minutes_at IS 'minutes as of a moment, as known at a position of the log';
