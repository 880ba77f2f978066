-- The versions of minutes, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW minutes_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       v.scope AS committee, r.meeting, r.edition, r.step, r.drafted_on, r.document, r.minutes_of, r.outcome,
       ARRAY(SELECT e.amendment ->> 'text'
             FROM jsonb_array_elements(r.amendments) WITH ORDINALITY AS e(amendment, place) ORDER BY e.place) AS amendments,
       r.comments_received
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(
    meeting text, edition text, step text, drafted_on date, document text, minutes_of date,
    outcome text, amendments jsonb, comments_received boolean)
WHERE v.model = 'minutes';
