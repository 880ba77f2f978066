-- The references of renumbered meetings: the one that the meeting's stream is named for, by which other rows name the meeting,
-- and the one in force.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW meeting_name_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       substr(v.stream, length('meeting:') + 1) AS first, v.content ->> 'reference' AS reference
FROM whole_versions v
WHERE v.model = 'meetings' AND v.facet = 'renumbered';
