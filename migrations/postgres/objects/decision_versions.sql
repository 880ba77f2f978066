-- The versions of decisions, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW decision_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.id, v.scope AS committee, r.meeting, r.item, r.verb, r.text ->> 'text' AS text,
       r.text ->> 'classification' AS classification, r.decided_at,
       (r.decided_at AT TIME ZONE COALESCE(z.time_zone, 'Europe/London'))::date AS decided_on,
       r.subjects, r.recommended_to, r.deferred_to, r.delegated_to, r.supersedes, r.superseded_by, r.rescinded,
       r."references" AS mentions
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(id text, verb text, text jsonb, meeting text, item text,
    decided_at timestamptz, subjects text[], recommended_to text, deferred_to date, delegated_to text,
    supersedes text[], superseded_by text, rescinded boolean, "references" text[])
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'decisions';
