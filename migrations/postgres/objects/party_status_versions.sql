-- The versions of party statuses, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW party_status_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.committee, r.party, r.category, r.kind,
       r.value ->> 'text' AS value,
       r.value ->> 'classification' AS classification,
       r.deferred, r.deferred_to, r.assessment, r.agreed_on, r.meeting, r.item, r.decision, r.authority
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(committee text, party text, category text, kind text, value jsonb,
    deferred boolean, deferred_to date, assessment text, agreed_on date, meeting text, item text, decision text,
    authority text)
WHERE v.model = 'party_statuses';
