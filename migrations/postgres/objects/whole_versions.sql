-- The versions of rows as the clearance of the role that asks knows them, for the views below alone.
--
-- A version is the fold of the events that its clearances may know, so that what is left needs no further redaction. The
-- ledger refuses U+0000; a row that was written past the ledger shows U+FFFD for it, since jsonb cannot hold it.
CREATE VIEW whole_versions AS
SELECT m.name AS model, v.stream, v.key, v.scope, v.facet, v.valid_from, v.valid_to, v.known_from, v.ended_known, v.known_to,
       replace(v.content, '\u0000', '\ufffd')::jsonb AS content
FROM read_models m
JOIN row_versions v ON v.generation = m.generation
WHERE v.content IS NOT NULL
      AND v.rank_from <= (SELECT own.rank FROM own_clearance AS own)
      AND v.rank_to > (SELECT own.rank FROM own_clearance AS own)
      -- Scalars, so that the planner knows that there is one of each.
      AND CASE WHEN m.halted_at IS NULL AND (SELECT position FROM read_up_to) = (SELECT position FROM head) THEN true
               ELSE refuse_stale(m.name, m.halted_at, (SELECT position FROM read_up_to), (SELECT position FROM head))
          END;
