-- The versions of committees, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW committee_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.code, r.name, r.scheme, r.time_zone, r.quorum, r.established_on, r.members
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(code text, name text, scheme text, time_zone text, quorum integer,
    established_on date, members jsonb)
WHERE v.model = 'committees';
