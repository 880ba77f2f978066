-- The references of renumbered meetings as of a moment, as known at a position of the log: an object with the reference that
-- other rows name the meeting by, and the one in force.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION meeting_names(as_of timestamptz, known_at bigint) RETURNS jsonb LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT COALESCE(jsonb_object_agg(v.first, v.reference), '{}')
    FROM meeting_name_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(meeting_names.as_of),
                COALESCE(meeting_names.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION meeting_names IS 'The references of renumbered meetings as of a moment, as known at a position';
