-- The rows of party_status_history as of now, as known now, with the rights of the role that asks.
CREATE VIEW party_status_history WITH (security_invoker) AS SELECT * FROM party_status_history_at();
COMMENT ON VIEW party_status_history IS 'Every status that a meeting gave a party, or put off';
COMMENT ON COLUMN party_status_history.committee IS 'The code of the committee that uses the pseudonym';
COMMENT ON COLUMN party_status_history.party IS 'The pseudonym of the party';
COMMENT ON COLUMN party_status_history.category IS 'Its category';
COMMENT ON COLUMN party_status_history.kind IS 'assurance or compliance';
COMMENT ON COLUMN party_status_history.value IS
    'The status agreed; null where it is undisclosed, put off, or above the clearance of the reader';
COMMENT ON COLUMN party_status_history.classification IS 'The classification of the value; null where the value is';
COMMENT ON COLUMN party_status_history.deferred IS 'Whether the meeting put it off instead of agreeing it';
COMMENT ON COLUMN party_status_history.deferred_to IS 'The day of the meeting it was put off to';
COMMENT ON COLUMN party_status_history.assessment IS 'The assessment it follows from';
COMMENT ON COLUMN party_status_history.agreed_on IS 'The day it was agreed, or put off';
COMMENT ON COLUMN party_status_history.meeting IS 'The meeting';
COMMENT ON COLUMN party_status_history.item IS 'The number of the agenda item';
COMMENT ON COLUMN party_status_history.decision IS 'The decision that agreed it';
COMMENT ON COLUMN party_status_history.authority IS 'On whose authority';
