-- The rows of actions as of a moment, as known at a position of the log; by default as of now, as known now.
-- The body is settled when the function is created, whatever the search_path of the caller is.
CREATE FUNCTION actions_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (reference text, committee text, text text, classification text, marked text, owners text[], due_on date,
    status text, progress text, overdue boolean, reported text, raised_in text, raised_on date, item text,
    decision text, note text, note_classification text, updated_on date, closed_on date, superseded_by text,
    due_date_moves integer, carried_forward integer, reassigned integer, mentions text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    -- Materialized, so that it is asked once and not for each row.
    WITH names AS MATERIALIZED (SELECT meeting_names(actions_at.as_of, actions_at.known_at) AS names)
    SELECT v.reference, v.committee, v.text, v.classification, v.marked, v.owners, v.due_on, v.status,
           CASE WHEN v.status <> 'outstanding' THEN NULL WHEN d.overdue THEN 'overdue'
                WHEN v.due_on IS NULL THEN v.reported ELSE 'on target' END,
           d.overdue, v.reported, in_force(v.raised_in, n.names), v.raised_on, v.item, in_force(v.decision, n.names), v.note, v.note_classification,
           v.updated_on, v.closed_on, v.superseded_by, v.due_date_moves, v.carried_forward, v.reassigned, v.mentions
    FROM action_versions v
    CROSS JOIN LATERAL (SELECT COALESCE(v.status = 'outstanding' AND v.due_on <
                                        (actions_at.as_of AT TIME ZONE v.time_zone)::date, false)) AS d(overdue)
    CROSS JOIN names n
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(actions_at.as_of),
                COALESCE(actions_at.known_at, 9223372036854775806));
END;
COMMENT ON FUNCTION actions_at IS 'actions as of a moment, as known at a position of the log';
