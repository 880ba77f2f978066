-- The rows of matters_arising as of now, as known now, with the rights of the role that asks.
CREATE VIEW matters_arising WITH (security_invoker) AS SELECT * FROM matters_arising_at();
COMMENT ON VIEW matters_arising IS 'Every matter arising';
COMMENT ON COLUMN matters_arising.committee IS 'The code of the committee';
COMMENT ON COLUMN matters_arising.meeting IS 'The meeting that noted it';
COMMENT ON COLUMN matters_arising.number IS 'Its place among the matters of the meeting, from 1';
COMMENT ON COLUMN matters_arising.item IS 'The number or label of the agenda item';
COMMENT ON COLUMN matters_arising.text IS 'The text of the matter';
COMMENT ON COLUMN matters_arising.classification IS 'The classification of the text';
COMMENT ON COLUMN matters_arising.marked IS 'The mark printed beside it; null if there is none';
COMMENT ON COLUMN matters_arising.noted_at IS 'When it was noted';
COMMENT ON COLUMN matters_arising.noted_on IS 'The day it was noted, in the time zone of the committee';
COMMENT ON COLUMN matters_arising.mentions IS 'The references in its text';
