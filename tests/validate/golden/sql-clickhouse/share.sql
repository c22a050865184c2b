-- Users most of whose commands are encoded
-- share, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'starts' AS "SearchName", CAST("process"."user"."name" AS VARCHAR) AS "User", CAST("process"."cmd_line" AS VARCHAR) AS "CommandLine", CAST("device"."hostname" AS VARCHAR) AS "Computer"
FROM process_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id = 1
  AND LOWER("process"."file"."name") = LOWER('powershell.exe')
),
step_1 AS (
SELECT e."User" AS "User", toStartOfInterval(e."Timestamp", INTERVAL 86400 SECOND) AS "Timestamp", COUNT(CASE WHEN LOWER(e."CommandLine") LIKE LOWER('%-enc%') THEN 1 END) AS "encoded", COUNT(DISTINCT e."Computer") AS "computers", COUNT(DISTINCT CASE WHEN LOWER(e."CommandLine") LIKE LOWER('%-enc%') THEN e."Computer" END) AS "odd", COUNT(*) AS "every"
FROM step_0 AS e
GROUP BY e."User", toStartOfInterval(e."Timestamp", INTERVAL 86400 SECOND)
),
step_2 AS (
SELECT e.*, CAST(e."encoded" AS DOUBLE) / NULLIF(CAST(e."every" AS DOUBLE), 0) AS "share"
FROM step_1 AS e
),
step_3 AS (
SELECT e.*
FROM step_2 AS e
WHERE e."share" > 0.5
),
step_4 AS (
SELECT e.*
FROM step_3 AS e
ORDER BY e."share" DESC
LIMIT 20
)
SELECT e.*
FROM step_4 AS e
ORDER BY e."share" DESC
LIMIT 10000
