-- The rows of decision_register as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION decision_register_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (id text, committee text, meeting text, item text, verb text, text text, classification text,
    decided_at timestamptz, decided_on date, subjects text[], recommended_to text, deferred_to date,
    delegated_to text, supersedes text[], superseded_by text, rescinded boolean, mentions text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    -- Materialized, so that it is asked once and not for each row.
    WITH names AS MATERIALIZED (SELECT meeting_names(decision_register_at.as_of, decision_register_at.known_at) AS names)
    SELECT in_force(v.id, n.names), v.committee, in_force(v.meeting, n.names), v.item, v.verb, v.text, v.classification, v.decided_at, v.decided_on,
           v.subjects, v.recommended_to, v.deferred_to, v.delegated_to, ARRAY(SELECT in_force(e.id, n.names) FROM unnest(v.supersedes) WITH ORDINALITY AS e(id, place)
                 ORDER BY e.place), in_force(v.superseded_by, n.names), v.rescinded,
           v.mentions
    FROM decision_versions v
    CROSS JOIN names n
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(decision_register_at.as_of),
                COALESCE(decision_register_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION decision_register_at IS 'decision_register as of a moment, as known at a position of the log';
