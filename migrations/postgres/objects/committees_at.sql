-- The rows of committees as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION committees_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (code text, name text, scheme text, time_zone text, quorum integer, established_on date, members jsonb)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.code, v.name, v.scheme, v.time_zone, v.quorum, v.established_on, v.members
    FROM committee_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(committees_at.as_of),
                COALESCE(committees_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION committees_at IS 'committees as of a moment, as known at a position of the log';
