-- The versions of meetings, without what is above the clearance of the role that asks.
--
-- The view has the rights of its owner, and `current_user` in it is the role that asks. As a security barrier it applies its
-- own conditions before those of the query.
CREATE VIEW meeting_versions WITH (security_barrier) AS
SELECT v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       r.reference, v.scope AS committee, substring(r.reference FROM '_([0-9]+)_')::integer AS number, r.held_on,
       (r.held_on + r.starts_at) AT TIME ZONE COALESCE(z.time_zone, 'Europe/London') AS starts_at,
       (r.held_on + r.ends_at) AT TIME ZONE COALESCE(z.time_zone, 'Europe/London') AS ends_at,
       r.venue, r.classification, r.next_meeting_on, r.closed,
       r.cancelled, r.postponed_from, r.formerly,
       COALESCE((SELECT jsonb_agg(jsonb_build_object('number', e.item -> 'number', 'title', e.item -> 'title' -> 'text',
                                      'title_classification', e.item -> 'title' -> 'classification',
                                      'classification', e.item -> 'classification') ORDER BY e.place)
                 FROM jsonb_array_elements(r.items) WITH ORDINALITY AS e(item, place)), '[]') AS items,
       r.attendance, r.apologies, r.published
FROM whole_versions v
CROSS JOIN LATERAL jsonb_to_record(v.content) AS r(
    reference text, held_on date, starts_at time, ends_at time, venue text, classification text,
    next_meeting_on date, closed boolean, cancelled boolean, postponed_from date, formerly text[], published jsonb, items jsonb, attendance jsonb,
    apologies jsonb)
LEFT JOIN committee_zones z ON z.committee = v.scope
WHERE v.model = 'meetings';
