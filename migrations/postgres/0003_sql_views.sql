-- The read models as typed views, for dashboards and psql, and who may read them. docs/sql.md describes each column;
-- docs/decisions/0012-sql-views.md says why it is done this way.
--
-- A reader has no right to any table. The views ending in `_versions` belong to the owner of the tables and pass on
-- nothing above the clearance of whoever asks: `current_user` in a view is the one who asks. They are barriers, so
-- that no condition of a reader's own comes to see a row that is held back. Functions are written as BEGIN ATOMIC or
-- RETURN: what they call is settled here, whatever a reader's search_path says.

-- How confidential each level is, as in domain/schemes/. What is not known is above everyone but the keepers.
CREATE FUNCTION mark_rank(label text) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE label WHEN 'WHITE' THEN 0 WHEN 'CLEAR' THEN 0 WHEN 'GREEN' THEN 10 WHEN 'AMBER' THEN 20
                      WHEN 'AMBER+STRICT' THEN 25 WHEN 'RED' THEN 30 ELSE 255 END;

-- Who may read more than WHITE: a role, and whoever has its rights.
CREATE TABLE reader_clearances (
    role TEXT    NOT NULL COLLATE "C" PRIMARY KEY,
    rank INTEGER NOT NULL CHECK (rank BETWEEN 0 AND 254)
);

-- The clearance of whoever asks. Those who keep the rows, which are all who may insert them, see everything.
CREATE VIEW own_clearance AS
SELECT CASE WHEN has_table_privilege('row_versions'::regclass, 'INSERT') THEN 255
            ELSE COALESCE((SELECT MAX(c.rank) FROM reader_clearances c JOIN pg_roles r ON r.rolname = c.role
                           WHERE pg_has_role(r.oid, 'USAGE')), 0)
       END AS rank;
GRANT SELECT ON own_clearance TO PUBLIC;

-- The second fence, for the day when someone is granted the table itself: only rows with nothing above their clearance.
ALTER TABLE row_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE row_versions FORCE ROW LEVEL SECURITY;
CREATE POLICY kept ON row_versions
    USING ((SELECT has_table_privilege('row_versions'::regclass, 'INSERT')))
    WITH CHECK ((SELECT has_table_privilege('row_versions'::regclass, 'INSERT')));
CREATE POLICY cleared ON row_versions FOR SELECT USING (rank <= (SELECT own.rank FROM own_clearance AS own));
-- The views read as their owner, and hold back what they must themselves.
CREATE POLICY behind_the_views ON row_versions FOR SELECT TO CURRENT_USER USING (true);

CREATE FUNCTION refuse_stale(model text, halted_at bigint, up_to bigint, head bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    IF halted_at IS NOT NULL THEN
        RAISE EXCEPTION 'the read model % cannot go on at position %: run minutebook rebuild', model, halted_at;
    END IF;
    RAISE EXCEPTION 'the read models are at position % and the log at %: run minutebook rebuild', up_to, head;
END
$$;

-- Every version of every row, whole; for the views below alone. A version that turned out never to have been so keeps
-- the mark of what took its place (RED if nothing did), so that a text that was marked too low by mistake is not laid
-- open by asking what was known before.
CREATE VIEW whole_versions AS
SELECT m.name AS model, v.stream, v.key, v.scope, v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       v.content::jsonb AS content,
       (SELECT own.rank FROM own_clearance AS own) AS clearance,
       CASE WHEN v.known_to = 9223372036854775807 THEN 0
            ELSE COALESCE((SELECT MAX(t.rank) FROM row_versions t
                           WHERE t.generation = v.generation AND t.stream = v.stream AND t.key = v.key
                                 AND t.known_to = 9223372036854775807 AND t.content IS NOT NULL), 30)
       END AS mark_today
FROM read_models m
JOIN row_versions v ON v.generation = m.generation
WHERE v.content IS NOT NULL
      -- Scalars, so that the planner knows that there is one of each.
      AND CASE WHEN m.halted_at IS NULL AND (SELECT position FROM read_up_to) = (SELECT position FROM head) THEN true
               ELSE refuse_stale(m.name, m.halted_at, (SELECT position FROM read_up_to), (SELECT position FROM head))
          END;

CREATE VIEW committee_zones AS
SELECT v.content ->> 'code' AS committee, v.content ->> 'time_zone' AS time_zone
FROM whole_versions v
WHERE v.model = 'committees' AND v.valid_to = 9223372036854775807 AND v.known_to = 9223372036854775807;

CREATE FUNCTION from_micros(micros bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN timestamptz 'epoch' + interval '1 microsecond' * micros;

CREATE FUNCTION to_micros(moment timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN isfinite(moment) THEN (extract(epoch FROM moment) * 1000000)::bigint
                WHEN moment > timestamptz 'epoch' THEN 9223372036854775807 - 1 ELSE -9223372036854775807 END;

-- Whether a version is the row as of a moment, as known at a position: at the newest if there is none.
CREATE FUNCTION is_so(valid_from bigint, valid_to bigint, known_from bigint, ended_known bigint, known_to bigint,
                      as_of bigint, known_at bigint) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN known_from <= known_at AND known_to > known_at AND valid_from <= as_of
           AND (valid_to > as_of OR ended_known > known_at);

CREATE VIEW action_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.reference, v.scope AS committee, r.text ->> 'text' AS text, r.text ->> 'classification' AS classification,
       r.marked, r.owners, r.due_on, r.status, r.reported, r.raised_in, r.raised_on, r.item, r.decision,
       CASE WHEN mark_rank(r.note ->> 'classification') <= v.clearance THEN r.note ->> 'text' END AS note,
       CASE WHEN mark_rank(r.note ->> 'classification') <= v.clearance THEN r.note ->> 'classification' END
           AS note_classification,
       r.updated_on, r.closed_on, r.superseded_by, r.due_date_moves, r.carried_forward, r.reassigned,
       r."references" AS mentions,
       COALESCE(z.time_zone, 'Europe/London') AS time_zone
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(reference text, text jsonb, owners text[], due_on date, status text,
    raised_in text, raised_on date, item integer, decision text, marked text, "references" text[], reported text,
    note jsonb, updated_on date, closed_on date, superseded_by text, due_date_moves integer, carried_forward integer,
    reassigned integer)
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'actions' AND GREATEST(mark_rank(r.text ->> 'classification'), v.mark_today) <= v.clearance;

CREATE VIEW party_status_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.committee, r.party, r.category, r.kind,
       CASE WHEN mark_rank(r.value ->> 'classification') <= v.clearance THEN r.value ->> 'text' END AS value,
       CASE WHEN mark_rank(r.value ->> 'classification') <= v.clearance THEN r.value ->> 'classification' END
           AS classification,
       r.deferred, r.deferred_to, r.assessment, r.agreed_on, r.meeting, r.item, r.decision, r.authority
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(committee text, party text, category text, kind text, value jsonb,
    deferred boolean, deferred_to date, assessment text, agreed_on date, meeting text, item integer, decision text,
    authority text)
WHERE v.model = 'party_statuses' AND v.mark_today <= v.clearance;

CREATE VIEW decision_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.id, v.scope AS committee, r.meeting, r.item, r.verb, r.text ->> 'text' AS text,
       r.text ->> 'classification' AS classification, r.decided_at,
       (r.decided_at AT TIME ZONE COALESCE(z.time_zone, 'Europe/London'))::date AS decided_on,
       r.subjects, r.recommended_to, r.deferred_to, r.delegated_to, r.supersedes, r.superseded_by, r.rescinded,
       r."references" AS mentions
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(id text, verb text, text jsonb, meeting text, item integer,
    decided_at timestamptz, subjects text[], recommended_to text, deferred_to date, delegated_to text,
    supersedes text[], superseded_by text, rescinded boolean, "references" text[])
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'decisions' AND GREATEST(mark_rank(r.text ->> 'classification'), v.mark_today) <= v.clearance;

CREATE VIEW matter_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       v.scope AS committee, r.meeting, r.number, r.item, r.text ->> 'text' AS text,
       r.text ->> 'classification' AS classification, r.marked, r.noted_at,
       (r.noted_at AT TIME ZONE COALESCE(z.time_zone, 'Europe/London'))::date AS noted_on,
       r."references" AS mentions
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(meeting text, number integer, item integer, text jsonb, marked text,
    noted_at timestamptz, "references" text[])
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'matters' AND GREATEST(mark_rank(r.text ->> 'classification'), v.mark_today) <= v.clearance;

CREATE VIEW meeting_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.reference, v.scope AS committee, substring(r.reference FROM '_([0-9]+)_')::integer AS number, r.held_on,
       (r.held_on + r.starts_at) AT TIME ZONE COALESCE(z.time_zone, 'Europe/London') AS starts_at,
       (r.held_on + r.ends_at) AT TIME ZONE COALESCE(z.time_zone, 'Europe/London') AS ends_at,
       r.venue, r.classification, r.next_meeting_on, r.closed,
       COALESCE((SELECT jsonb_agg(jsonb_build_object('number', e.item -> 'number', 'title', e.item -> 'title' -> 'text',
                                      'title_classification', e.item -> 'title' -> 'classification',
                                      'classification', e.item -> 'classification') ORDER BY e.place)
                 FROM jsonb_array_elements(r.items) WITH ORDINALITY AS e(item, place)
                 WHERE mark_rank(e.item -> 'title' ->> 'classification') <= v.clearance), '[]') AS items,
       r.attendance, r.apologies, r.published
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(
    reference text, held_on date, starts_at time, ends_at time, venue text, classification text,
    next_meeting_on date, closed boolean, published jsonb, items jsonb, attendance jsonb,
    apologies jsonb)
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'meetings' AND GREATEST(mark_rank(r.classification), v.mark_today) <= v.clearance;

CREATE VIEW minutes_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       v.scope AS committee, r.meeting, r.edition, r.step, r.drafted_on, r.document, r.minutes_of, r.outcome,
       ARRAY(SELECT e.amendment ->> 'text'
             FROM jsonb_array_elements(r.amendments) WITH ORDINALITY AS e(amendment, place)
             WHERE mark_rank(e.amendment ->> 'classification') <= v.clearance ORDER BY e.place) AS amendments,
       r.comments_received
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(
    meeting text, edition text, step text, drafted_on date, document text, minutes_of date,
    outcome text, amendments jsonb, comments_received boolean)
WHERE v.model = 'minutes' AND v.mark_today <= v.clearance;

CREATE VIEW committee_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.code, r.name, r.scheme, r.time_zone, r.quorum, r.established_on, r.members
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(code text, name text, scheme text, time_zone text, quorum integer,
    established_on date, members jsonb)
WHERE v.model = 'committees' AND v.mark_today <= v.clearance;

-- The rows as of a moment, as known at a position of the log; of now, as known now, if nothing is said.

CREATE FUNCTION actions_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (reference text, committee text, text text, classification text, marked text, owners text[], due_on date,
    status text, progress text, overdue boolean, reported text, raised_in text, raised_on date, item integer,
    decision text, note text, note_classification text, updated_on date, closed_on date, superseded_by text,
    due_date_moves integer, carried_forward integer, reassigned integer, mentions text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.reference, v.committee, v.text, v.classification, v.marked, v.owners, v.due_on, v.status,
           CASE WHEN v.status <> 'outstanding' THEN NULL WHEN d.overdue THEN 'overdue'
                WHEN v.due_on IS NULL THEN v.reported ELSE 'on target' END,
           d.overdue, v.reported, v.raised_in, v.raised_on, v.item, v.decision, v.note, v.note_classification,
           v.updated_on, v.closed_on, v.superseded_by, v.due_date_moves, v.carried_forward, v.reassigned, v.mentions
    FROM action_versions v
    CROSS JOIN LATERAL (SELECT COALESCE(v.status = 'outstanding' AND v.due_on <
                                        (actions_at.as_of AT TIME ZONE v.time_zone)::date, false)) AS d(overdue)
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(actions_at.as_of),
                COALESCE(actions_at.known_at, 9223372036854775806));
END;
CREATE VIEW actions WITH (security_invoker) AS SELECT * FROM actions_at();
COMMENT ON FUNCTION actions_at IS 'actions as of a moment, as known at a position of the log';
COMMENT ON VIEW actions IS 'Every action, as it stands';
COMMENT ON COLUMN actions.reference IS 'Its reference, such as SSC72/01';
COMMENT ON COLUMN actions.committee IS 'The code of its committee';
COMMENT ON COLUMN actions.text IS 'What is to be done';
COMMENT ON COLUMN actions.classification IS 'The classification of the text';
COMMENT ON COLUMN actions.marked IS 'The mark printed beside it; null where there is none';
COMMENT ON COLUMN actions.owners IS 'Who is to do it';
COMMENT ON COLUMN actions.due_on IS 'By when; null where no date was set';
COMMENT ON COLUMN actions.status IS 'outstanding, complete, withdrawn or superseded';
COMMENT ON COLUMN actions.progress IS
    'While outstanding: overdue or on target, by its date; what was reported where it has none';
COMMENT ON COLUMN actions.overdue IS
    'Whether it is outstanding after the day it was due, by the calendar of the committee';
COMMENT ON COLUMN actions.reported IS 'What the committee was last told of its progress';
COMMENT ON COLUMN actions.raised_in IS 'The meeting that raised it';
COMMENT ON COLUMN actions.raised_on IS 'The day it was raised';
COMMENT ON COLUMN actions.item IS 'The number of the agenda item it was raised under';
COMMENT ON COLUMN actions.decision IS 'The decision it carries out';
COMMENT ON COLUMN actions.note IS
    'What was last said of it; null where nothing was, or where it is above the clearance of the reader';
COMMENT ON COLUMN actions.note_classification IS 'The classification of the note; null where the note is';
COMMENT ON COLUMN actions.updated_on IS 'The day it was last dealt with';
COMMENT ON COLUMN actions.closed_on IS 'The day it was completed, withdrawn or superseded';
COMMENT ON COLUMN actions.superseded_by IS 'The action that took its place';
COMMENT ON COLUMN actions.due_date_moves IS 'How often its due date was moved';
COMMENT ON COLUMN actions.carried_forward IS 'How often it was carried forward';
COMMENT ON COLUMN actions.reassigned IS 'How often its owners changed';
COMMENT ON COLUMN actions.mentions IS 'The references in its text';

CREATE FUNCTION outstanding_actions_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS SETOF actions LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT * FROM actions_at(outstanding_actions_at.as_of, outstanding_actions_at.known_at) a
    WHERE a.status = 'outstanding';
END;
CREATE VIEW outstanding_actions WITH (security_invoker) AS SELECT * FROM outstanding_actions_at();
COMMENT ON FUNCTION outstanding_actions_at IS 'outstanding_actions as of a moment, as known at a position of the log';
COMMENT ON VIEW outstanding_actions IS 'The actions that are still to be done';
COMMENT ON COLUMN outstanding_actions.reference IS 'Its reference, such as SSC72/01';
COMMENT ON COLUMN outstanding_actions.committee IS 'The code of its committee';
COMMENT ON COLUMN outstanding_actions.text IS 'What is to be done';
COMMENT ON COLUMN outstanding_actions.classification IS 'The classification of the text';
COMMENT ON COLUMN outstanding_actions.marked IS 'The mark printed beside it; null where there is none';
COMMENT ON COLUMN outstanding_actions.owners IS 'Who is to do it';
COMMENT ON COLUMN outstanding_actions.due_on IS 'By when; null where no date was set';
COMMENT ON COLUMN outstanding_actions.status IS 'outstanding, complete, withdrawn or superseded';
COMMENT ON COLUMN outstanding_actions.progress IS
    'While outstanding: overdue or on target, by its date; what was reported where it has none';
COMMENT ON COLUMN outstanding_actions.overdue IS
    'Whether it is outstanding after the day it was due, by the calendar of the committee';
COMMENT ON COLUMN outstanding_actions.reported IS 'What the committee was last told of its progress';
COMMENT ON COLUMN outstanding_actions.raised_in IS 'The meeting that raised it';
COMMENT ON COLUMN outstanding_actions.raised_on IS 'The day it was raised';
COMMENT ON COLUMN outstanding_actions.item IS 'The number of the agenda item it was raised under';
COMMENT ON COLUMN outstanding_actions.decision IS 'The decision it carries out';
COMMENT ON COLUMN outstanding_actions.note IS
    'What was last said of it; null where nothing was, or where it is above the clearance of the reader';
COMMENT ON COLUMN outstanding_actions.note_classification IS 'The classification of the note; null where the note is';
COMMENT ON COLUMN outstanding_actions.updated_on IS 'The day it was last dealt with';
COMMENT ON COLUMN outstanding_actions.closed_on IS 'The day it was completed, withdrawn or superseded';
COMMENT ON COLUMN outstanding_actions.superseded_by IS 'The action that took its place';
COMMENT ON COLUMN outstanding_actions.due_date_moves IS 'How often its due date was moved';
COMMENT ON COLUMN outstanding_actions.carried_forward IS 'How often it was carried forward';
COMMENT ON COLUMN outstanding_actions.reassigned IS 'How often its owners changed';
COMMENT ON COLUMN outstanding_actions.mentions IS 'The references in its text';

CREATE FUNCTION party_status_history_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (committee text, party text, category text, kind text, value text, classification text, deferred boolean,
    deferred_to date, assessment text, agreed_on date, meeting text, item integer, decision text, authority
    text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.committee, v.party, v.category, v.kind, v.value, v.classification, v.deferred, v.deferred_to,
           v.assessment, v.agreed_on, v.meeting, v.item, v.decision, v.authority
    FROM party_status_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(party_status_history_at.as_of),
                COALESCE(party_status_history_at.known_at, 9223372036854775806));
END;
CREATE VIEW party_status_history WITH (security_invoker) AS SELECT * FROM party_status_history_at();
COMMENT ON FUNCTION party_status_history_at IS 'party_status_history as of a moment, as known at a position of the log';
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

CREATE FUNCTION party_statuses_current_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS SETOF party_status_history LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT DISTINCT ON (s.committee, s.party, s.kind) s.*
    FROM party_status_history_at(party_statuses_current_at.as_of, party_statuses_current_at.known_at) s
    ORDER BY s.committee, s.party, s.kind, s.agreed_on DESC, s.meeting DESC;
END;
CREATE VIEW party_statuses_current WITH (security_invoker) AS SELECT * FROM party_statuses_current_at();
COMMENT ON FUNCTION party_statuses_current_at IS
    'party_statuses_current as of a moment, as known at a position of the log';
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

CREATE FUNCTION decision_register_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (id text, committee text, meeting text, item integer, verb text, text text, classification text,
    decided_at timestamptz, decided_on date, subjects text[], recommended_to text, deferred_to date,
    delegated_to text, supersedes text[], superseded_by text, rescinded boolean, mentions text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.id, v.committee, v.meeting, v.item, v.verb, v.text, v.classification, v.decided_at, v.decided_on,
           v.subjects, v.recommended_to, v.deferred_to, v.delegated_to, v.supersedes, v.superseded_by, v.rescinded,
           v.mentions
    FROM decision_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(decision_register_at.as_of),
                COALESCE(decision_register_at.known_at, 9223372036854775806));
END;
CREATE VIEW decision_register WITH (security_invoker) AS SELECT * FROM decision_register_at();
COMMENT ON FUNCTION decision_register_at IS 'decision_register as of a moment, as known at a position of the log';
COMMENT ON VIEW decision_register IS 'Every decision';
COMMENT ON COLUMN decision_register.id IS 'Its id: the meeting and its number there';
COMMENT ON COLUMN decision_register.committee IS 'The code of the committee';
COMMENT ON COLUMN decision_register.meeting IS 'The meeting';
COMMENT ON COLUMN decision_register.item IS 'The number of the agenda item';
COMMENT ON COLUMN decision_register.verb IS 'What the committee did, such as AGREED or NOTED';
COMMENT ON COLUMN decision_register.text IS 'What it is about';
COMMENT ON COLUMN decision_register.classification IS 'The classification of the text';
COMMENT ON COLUMN decision_register.decided_at IS 'When it was decided';
COMMENT ON COLUMN decision_register.decided_on IS 'The day it was decided, by the calendar of the committee';
COMMENT ON COLUMN decision_register.subjects IS 'The parties it is about';
COMMENT ON COLUMN decision_register.recommended_to IS 'The body it is recommended to';
COMMENT ON COLUMN decision_register.deferred_to IS 'The day of the meeting it is deferred to';
COMMENT ON COLUMN decision_register.delegated_to IS 'Whom it is delegated to';
COMMENT ON COLUMN decision_register.supersedes IS 'The decisions whose place it takes';
COMMENT ON COLUMN decision_register.superseded_by IS 'The decision that took its place';
COMMENT ON COLUMN decision_register.rescinded IS 'Whether it was rescinded with nothing in its place';
COMMENT ON COLUMN decision_register.mentions IS 'The references in its text';

CREATE FUNCTION matters_arising_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (committee text, meeting text, number integer, item integer, text text, classification text, marked text,
    noted_at timestamptz, noted_on date, mentions text[])
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.committee, v.meeting, v.number, v.item, v.text, v.classification, v.marked, v.noted_at, v.noted_on,
           v.mentions
    FROM matter_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(matters_arising_at.as_of),
                COALESCE(matters_arising_at.known_at, 9223372036854775806));
END;
CREATE VIEW matters_arising WITH (security_invoker) AS SELECT * FROM matters_arising_at();
COMMENT ON FUNCTION matters_arising_at IS 'matters_arising as of a moment, as known at a position of the log';
COMMENT ON VIEW matters_arising IS 'Every matter arising';
COMMENT ON COLUMN matters_arising.committee IS 'The code of the committee';
COMMENT ON COLUMN matters_arising.meeting IS 'The meeting that noted it';
COMMENT ON COLUMN matters_arising.number IS 'Its place among the matters of the meeting, from 1';
COMMENT ON COLUMN matters_arising.item IS 'The number of the agenda item';
COMMENT ON COLUMN matters_arising.text IS 'What it says';
COMMENT ON COLUMN matters_arising.classification IS 'The classification of the text';
COMMENT ON COLUMN matters_arising.marked IS 'The mark printed beside it; null where there is none';
COMMENT ON COLUMN matters_arising.noted_at IS 'When it was noted';
COMMENT ON COLUMN matters_arising.noted_on IS 'The day it was noted, by the calendar of the committee';
COMMENT ON COLUMN matters_arising.mentions IS 'The references in its text';

CREATE FUNCTION meetings_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (reference text, committee text, number integer, held_on date, starts_at timestamptz, ends_at timestamptz,
    venue text, classification text, next_meeting_on date, closed boolean, items jsonb, attendance jsonb,
    apologies jsonb, published jsonb)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.reference, v.committee, v.number, v.held_on, v.starts_at, v.ends_at, v.venue, v.classification,
           v.next_meeting_on, v.closed, v.items, v.attendance, v.apologies, v.published
    FROM meeting_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(meetings_at.as_of),
                COALESCE(meetings_at.known_at, 9223372036854775806));
END;
CREATE VIEW meetings WITH (security_invoker) AS SELECT * FROM meetings_at();
COMMENT ON FUNCTION meetings_at IS 'meetings as of a moment, as known at a position of the log';
COMMENT ON VIEW meetings IS 'Every meeting';
COMMENT ON COLUMN meetings.reference IS 'Its reference, such as SSC_72_2702';
COMMENT ON COLUMN meetings.committee IS 'The code of its committee';
COMMENT ON COLUMN meetings.number IS 'Its number';
COMMENT ON COLUMN meetings.held_on IS 'The day it is held';
COMMENT ON COLUMN meetings.starts_at IS 'When it begins';
COMMENT ON COLUMN meetings.ends_at IS 'When it ends';
COMMENT ON COLUMN meetings.venue IS 'Where';
COMMENT ON COLUMN meetings.classification IS 'The classification of its published document';
COMMENT ON COLUMN meetings.next_meeting_on IS 'The day of the next one';
COMMENT ON COLUMN meetings.closed IS 'Whether the chair closed it';
COMMENT ON COLUMN meetings.items IS
    'Its agenda as far as the reader may see it: number, title, title_classification, classification';
COMMENT ON COLUMN meetings.attendance IS 'Who was there: name, organisation, capacity, part';
COMMENT ON COLUMN meetings.apologies IS 'Who sent apologies: name, organisation, alternate';
COMMENT ON COLUMN meetings.published IS 'The editions of its headlines: edition, audience, published_on';

CREATE FUNCTION agenda_items_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (meeting text, committee text, held_on date, number integer, title text, title_classification text,
    classification text)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.reference, v.committee, v.held_on, i.number, i.title, i.title_classification, i.classification
    FROM meeting_versions v
    CROSS JOIN LATERAL jsonb_to_recordset(v.items)
        AS i(number integer, title text, title_classification text, classification text)
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(agenda_items_at.as_of),
                COALESCE(agenda_items_at.known_at, 9223372036854775806));
END;
CREATE VIEW agenda_items WITH (security_invoker) AS SELECT * FROM agenda_items_at();
COMMENT ON FUNCTION agenda_items_at IS 'agenda_items as of a moment, as known at a position of the log';
COMMENT ON VIEW agenda_items IS 'Every agenda item';
COMMENT ON COLUMN agenda_items.meeting IS 'The meeting';
COMMENT ON COLUMN agenda_items.committee IS 'The code of the committee';
COMMENT ON COLUMN agenda_items.held_on IS 'The day of the meeting';
COMMENT ON COLUMN agenda_items.number IS 'Its number, from 1';
COMMENT ON COLUMN agenda_items.title IS 'Its title';
COMMENT ON COLUMN agenda_items.title_classification IS 'The classification of the title';
COMMENT ON COLUMN agenda_items.classification IS 'The mark printed beside the item; null where there is none';

CREATE FUNCTION minutes_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (committee text, meeting text, edition text, step text, drafted_on date, document text, minutes_of date,
    outcome text, amendments text[], comments_received boolean)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.committee, v.meeting, v.edition, v.step, v.drafted_on, v.document, v.minutes_of, v.outcome,
           v.amendments, v.comments_received
    FROM minutes_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(minutes_at.as_of),
                COALESCE(minutes_at.known_at, 9223372036854775806));
END;
CREATE VIEW minutes WITH (security_invoker) AS SELECT * FROM minutes_at();
COMMENT ON FUNCTION minutes_at IS 'minutes as of a moment, as known at a position of the log';
COMMENT ON VIEW minutes IS 'Every draft of minutes, and every approval';
COMMENT ON COLUMN minutes.committee IS 'The code of the committee';
COMMENT ON COLUMN minutes.meeting IS 'The meeting that drafted or approved them';
COMMENT ON COLUMN minutes.edition IS 'draft or confidential draft';
COMMENT ON COLUMN minutes.step IS 'drafted or approved';
COMMENT ON COLUMN minutes.drafted_on IS 'Of a draft: when';
COMMENT ON COLUMN minutes.document IS 'Of a draft: the document';
COMMENT ON COLUMN minutes.minutes_of IS 'Of an approval: the day of the meeting that was minuted';
COMMENT ON COLUMN minutes.outcome IS 'Of an approval: as written, or subject to amendments';
COMMENT ON COLUMN minutes.amendments IS 'Of an approval: the amendments, as far as the reader may see them';
COMMENT ON COLUMN minutes.comments_received IS
    'Of an approval: whether comments had been received, as far as the record says';

CREATE FUNCTION committees_at(as_of timestamptz DEFAULT now(), known_at bigint DEFAULT NULL)
RETURNS TABLE (code text, name text, scheme text, time_zone text, quorum integer, established_on date, members jsonb)
LANGUAGE sql STABLE BEGIN ATOMIC
    SELECT v.code, v.name, v.scheme, v.time_zone, v.quorum, v.established_on, v.members
    FROM committee_versions v
    WHERE is_so(v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
                to_micros(committees_at.as_of),
                COALESCE(committees_at.known_at, 9223372036854775806));
END;
CREATE VIEW committees WITH (security_invoker) AS SELECT * FROM committees_at();
COMMENT ON FUNCTION committees_at IS 'committees as of a moment, as known at a position of the log';
COMMENT ON VIEW committees IS 'Every committee';
COMMENT ON COLUMN committees.code IS 'Its code';
COMMENT ON COLUMN committees.name IS 'Its name in full';
COMMENT ON COLUMN committees.scheme IS 'The classification scheme of its texts';
COMMENT ON COLUMN committees.time_zone IS 'The time zone of its dates and times, an IANA name';
COMMENT ON COLUMN committees.quorum IS 'How many members must be present for a decision';
COMMENT ON COLUMN committees.established_on IS 'Since when it exists';
COMMENT ON COLUMN committees.members IS 'Who serves on it: name, role, organisation, appointed_on';
