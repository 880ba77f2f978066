-- The rows of meetings as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION meetings_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (reference text, committee text, number integer, held_on date, starts_at timestamptz, ends_at timestamptz,
    venue text, classification text, next_meeting_on date, closed boolean, items jsonb, attendance jsonb,
    apologies jsonb, published jsonb, cancelled boolean, postponed_from date, formerly text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.reference, v.committee, v.number, v.held_on, v.starts_at, v.ends_at, v.venue, v.classification,
           v.next_meeting_on, v.closed, v.items, v.attendance, v.apologies, v.published,
           v.cancelled, v.postponed_from, v.formerly
    FROM meeting_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(meetings_at.as_of),
                COALESCE(meetings_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION meetings_at IS 'meetings as of a moment, as known at a position of the log';
