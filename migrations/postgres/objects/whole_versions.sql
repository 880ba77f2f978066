-- Every version of every row, whole, for the views below alone.
--
-- A version that was withdrawn keeps the mark of the versions in force today (RED if there are none), so that asking what
-- was known before does not show a text that was marked too low by mistake.
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
