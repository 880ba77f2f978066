-- The rows of actions as of now, as known now, with the rights of the role that asks.
CREATE VIEW actions WITH (security_invoker) AS SELECT * FROM actions_at();
COMMENT ON VIEW actions IS 'Every action';
COMMENT ON COLUMN actions.reference IS 'Its reference, such as SSC72/01';
COMMENT ON COLUMN actions.committee IS 'The code of its committee';
COMMENT ON COLUMN actions.text IS 'The task';
COMMENT ON COLUMN actions.classification IS 'The classification of the text';
COMMENT ON COLUMN actions.marked IS 'The mark printed beside it; null if there is none';
COMMENT ON COLUMN actions.owners IS 'The persons, bodies or roles responsible';
COMMENT ON COLUMN actions.due_on IS 'The due date; null if none was set';
COMMENT ON COLUMN actions.status IS 'outstanding, complete, withdrawn or superseded';
COMMENT ON COLUMN actions.progress IS
    'While outstanding: overdue or on target, by the due date; without one, the progress last reported';
COMMENT ON COLUMN actions.overdue IS
    'Whether it is outstanding and its due day is over, in the time zone of the committee';
COMMENT ON COLUMN actions.reported IS 'The progress last reported to the committee';
COMMENT ON COLUMN actions.raised_in IS 'The meeting that raised it';
COMMENT ON COLUMN actions.raised_on IS 'The day it was raised';
COMMENT ON COLUMN actions.item IS 'The number or label of the agenda item under which it was raised';
COMMENT ON COLUMN actions.decision IS 'The decision that it carries out';
COMMENT ON COLUMN actions.note IS
    'The latest note; null if there is none, or if it is above the clearance of the reader';
COMMENT ON COLUMN actions.note_classification IS 'The classification of the note; null if the note is';
COMMENT ON COLUMN actions.updated_on IS 'The day of the latest update';
COMMENT ON COLUMN actions.closed_on IS 'The day it was completed, withdrawn or superseded';
COMMENT ON COLUMN actions.superseded_by IS 'The action that superseded it';
COMMENT ON COLUMN actions.due_date_moves IS 'The number of times its due date was moved';
COMMENT ON COLUMN actions.carried_forward IS 'The number of times it was carried forward';
COMMENT ON COLUMN actions.reassigned IS 'The number of times its owners changed';
COMMENT ON COLUMN actions.mentions IS 'The references in its text';
