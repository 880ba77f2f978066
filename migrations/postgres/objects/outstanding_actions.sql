-- The rows of outstanding_actions as of now, as known now, with the rights of the role that asks.
CREATE VIEW outstanding_actions WITH (security_invoker) AS SELECT * FROM outstanding_actions_at();
COMMENT ON VIEW outstanding_actions IS 'The actions that are still to be done';
COMMENT ON COLUMN outstanding_actions.reference IS 'Its reference, such as SSC72/01';
COMMENT ON COLUMN outstanding_actions.committee IS 'The code of its committee';
COMMENT ON COLUMN outstanding_actions.text IS 'The task';
COMMENT ON COLUMN outstanding_actions.classification IS 'The classification of the text';
COMMENT ON COLUMN outstanding_actions.marked IS 'The mark printed beside it; null if there is none';
COMMENT ON COLUMN outstanding_actions.owners IS 'The persons, bodies or roles responsible';
COMMENT ON COLUMN outstanding_actions.due_on IS 'The due date; null if none was set';
COMMENT ON COLUMN outstanding_actions.status IS 'outstanding, complete, withdrawn or superseded';
COMMENT ON COLUMN outstanding_actions.progress IS
    'While outstanding: overdue or on target, by the due date; without one, the progress last reported';
COMMENT ON COLUMN outstanding_actions.overdue IS
    'Whether it is outstanding and its due day is over, in the time zone of the committee';
COMMENT ON COLUMN outstanding_actions.reported IS 'The progress last reported to the committee';
COMMENT ON COLUMN outstanding_actions.raised_in IS 'The meeting that raised it';
COMMENT ON COLUMN outstanding_actions.raised_on IS 'The day it was raised';
COMMENT ON COLUMN outstanding_actions.item IS 'The number of the agenda item under which it was raised';
COMMENT ON COLUMN outstanding_actions.decision IS 'The decision that it carries out';
COMMENT ON COLUMN outstanding_actions.note IS
    'The latest note; null if there is none, or if it is above the clearance of the reader';
COMMENT ON COLUMN outstanding_actions.note_classification IS 'The classification of the note; null if the note is';
COMMENT ON COLUMN outstanding_actions.updated_on IS 'The day of the latest update';
COMMENT ON COLUMN outstanding_actions.closed_on IS 'The day it was completed, withdrawn or superseded';
COMMENT ON COLUMN outstanding_actions.superseded_by IS 'The action that superseded it';
COMMENT ON COLUMN outstanding_actions.due_date_moves IS 'The number of times its due date was moved';
COMMENT ON COLUMN outstanding_actions.carried_forward IS 'The number of times it was carried forward';
COMMENT ON COLUMN outstanding_actions.reassigned IS 'The number of times its owners changed';
COMMENT ON COLUMN outstanding_actions.mentions IS 'The references in its text';
