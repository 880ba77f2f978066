-- The rows of committees as of now, as known now, with the rights of the role that asks.
CREATE VIEW committees WITH (security_invoker) AS SELECT * FROM committees_at();
COMMENT ON VIEW committees IS 'Every committee';
COMMENT ON COLUMN committees.code IS 'Its code';
COMMENT ON COLUMN committees.name IS 'Its name in full';
COMMENT ON COLUMN committees.scheme IS 'The classification scheme of its texts';
COMMENT ON COLUMN committees.time_zone IS 'The time zone of its dates and times, an IANA name';
COMMENT ON COLUMN committees.quorum IS 'The number of members who must be present for a decision';
COMMENT ON COLUMN committees.established_on IS 'The day it was established';
COMMENT ON COLUMN committees.members IS 'The members: name, role, organisation, appointed_on';
