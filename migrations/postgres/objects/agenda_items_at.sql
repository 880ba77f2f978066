-- The rows of agenda_items as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION agenda_items_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (meeting text, committee text, held_on date, number text, title text, title_classification text,
    classification text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.reference, v.committee, v.held_on, i.number, i.title, i.title_classification, i.classification
    FROM meeting_versions v
    CROSS JOIN LATERAL jsonb_to_recordset(v.items)
        AS i(number text, title text, title_classification text, classification text)
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(agenda_items_at.as_of),
                COALESCE(agenda_items_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION agenda_items_at IS 'agenda_items as of a moment, as known at a position of the log';
