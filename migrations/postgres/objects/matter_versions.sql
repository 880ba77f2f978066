-- The versions of matters arising, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW matter_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       v.scope AS committee, r.meeting, r.number, r.item, r.text ->> 'text' AS text,
       r.text ->> 'classification' AS classification, r.marked, r.noted_at,
       (r.noted_at AT TIME ZONE COALESCE(z.time_zone, 'Europe/London'))::date AS noted_on,
       r."references" AS mentions
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(meeting text, number integer, item text, text jsonb, marked text,
    noted_at timestamptz, "references" text[])
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'matters';
