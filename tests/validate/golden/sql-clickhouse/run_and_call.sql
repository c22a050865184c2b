-- A tool that runs and a call to its server, on one computer
-- run_and_call, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'started' AS "SearchName", CAST("device"."hostname" AS VARCHAR) AS "computer"
FROM process_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id = 1
  AND LOWER("process"."file"."name") = LOWER('tool.exe')
UNION ALL
SELECT time_dt AS "Timestamp", 'called' AS "SearchName", CAST("device"."hostname" AS VARCHAR) AS "computer"
FROM network_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND
  AND LOWER("dst_endpoint"."ip") = LOWER('203.0.113.9')
),
step_1 AS (
SELECT e."computer" AS "computer", toStartOfInterval(e."Timestamp", INTERVAL 900 SECOND) AS "Timestamp", COUNT(DISTINCT e."SearchName") AS "value", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."computer", toStartOfInterval(e."Timestamp", INTERVAL 900 SECOND)
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."value" = 2
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
