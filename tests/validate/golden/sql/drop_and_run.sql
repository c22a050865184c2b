-- A file written and run on one computer
-- drop_and_run, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'written' AS "SearchName", CAST("device"."hostname" AS VARCHAR) AS "host"
FROM file_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id IN (1, 3)
  AND LOWER("file"."name") = LOWER('evil.exe')
UNION ALL
SELECT time_dt AS "Timestamp", 'started' AS "SearchName", CAST("device"."hostname" AS VARCHAR) AS "host"
FROM process_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id = 1
  AND LOWER("process"."file"."name") = LOWER('evil.exe')
),
step_1 AS (
SELECT e."host" AS "host", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 600) * 600) AS "Timestamp", MIN(CASE WHEN e."SearchName" = 'written' THEN e."Timestamp" END) AS "EarlierTime", MAX(CASE WHEN e."SearchName" = 'started' THEN e."Timestamp" END) AS "LaterTime", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."host", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 600) * 600)
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."EarlierTime" <= e."LaterTime"
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
