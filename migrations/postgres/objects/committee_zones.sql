-- The time zone of each committee.
CREATE VIEW committee_zones AS
SELECT v.content ->> 'code' AS committee, v.content ->> 'time_zone' AS time_zone
FROM whole_versions v
WHERE v.model = 'committees' AND v.valid_to = 9223372036854775807 AND v.known_to = 9223372036854775807;
