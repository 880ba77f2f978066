-- The versions of actions, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW action_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.reference, v.scope AS committee, r.text ->> 'text' AS text, r.text ->> 'classification' AS classification,
       r.marked, r.owners, r.due_on, r.status, r.reported, r.raised_in, r.raised_on, r.item, r.decision,
       r.note ->> 'text' AS note,
       r.note ->> 'classification' AS note_classification,
       r.updated_on, r.closed_on, r.superseded_by, r.due_date_moves, r.carried_forward, r.reassigned,
       r."references" AS mentions,
       COALESCE(z.time_zone, 'Europe/London') AS time_zone
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(reference text, text jsonb, owners text[], due_on date, status text,
    raised_in text, raised_on date, item text, decision text, marked text, "references" text[], reported text,
    note jsonb, updated_on date, closed_on date, superseded_by text, due_date_moves integer, carried_forward integer,
    reassigned integer)
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'actions';
