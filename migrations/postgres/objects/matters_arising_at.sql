-- The rows of matters_arising as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION matters_arising_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (committee text, meeting text, number integer, item text, text text, classification text, marked text,
    noted_at timestamptz, noted_on date, mentions text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    -- Materialized, so that it is asked once and not for each row.
    WITH names AS MATERIALIZED (SELECT meeting_names(matters_arising_at.as_of, matters_arising_at.known_at) AS names)
    SELECT v.committee, in_force(v.meeting, n.names), v.number, v.item, v.text, v.classification, v.marked, v.noted_at, v.noted_on,
           v.mentions
    FROM matter_versions v
    CROSS JOIN names n
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(matters_arising_at.as_of),
                COALESCE(matters_arising_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION matters_arising_at IS 'matters_arising as of a moment, as known at a position of the log';
