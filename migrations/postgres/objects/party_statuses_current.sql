-- The rows of party_statuses_current as of now, as known now, with the rights of the role that asks.
CREATE VIEW party_statuses_current WITH (security_invoker) AS SELECT * FROM party_statuses_current_at();
COMMENT ON VIEW party_statuses_current IS 'The latest status of each party and kind, agreed or put off';
COMMENT ON COLUMN party_statuses_current.committee IS 'The code of the committee that uses the pseudonym';
COMMENT ON COLUMN party_statuses_current.party IS 'The pseudonym of the party';
COMMENT ON COLUMN party_statuses_current.category IS 'Its category';
COMMENT ON COLUMN party_statuses_current.kind IS 'assurance or compliance';
COMMENT ON COLUMN party_statuses_current.value IS
    'The status agreed; null where it is undisclosed, put off, or above the clearance of the reader';
COMMENT ON COLUMN party_statuses_current.classification IS 'The classification of the value; null where the value is';
COMMENT ON COLUMN party_statuses_current.deferred IS 'Whether the meeting put it off instead of agreeing it';
COMMENT ON COLUMN party_statuses_current.deferred_to IS 'The day of the meeting it was put off to';
COMMENT ON COLUMN party_statuses_current.assessment IS 'The assessment it follows from';
COMMENT ON COLUMN party_statuses_current.agreed_on IS 'The day it was agreed, or put off';
COMMENT ON COLUMN party_statuses_current.meeting IS 'The meeting';
COMMENT ON COLUMN party_statuses_current.item IS 'The number of the agenda item';
COMMENT ON COLUMN party_statuses_current.decision IS 'The decision that agreed it';
COMMENT ON COLUMN party_statuses_current.authority IS 'On whose authority';
