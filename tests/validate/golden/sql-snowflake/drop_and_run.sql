-- A file written and run on one computer
-- drop_and_run, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'written' AS "SearchName", CAST(device:hostname::VARCHAR AS VARCHAR) AS "host"
FROM file_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id IN (1, 3)
  AND LOWER(file:name::VARCHAR) = LOWER('evil.exe')
UNION ALL
SELECT time_dt AS "Timestamp", 'started' AS "SearchName", CAST(device:hostname::VARCHAR AS VARCHAR) AS "host"
FROM process_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id = 1
  AND LOWER(process:file.name::VARCHAR) = LOWER('evil.exe')
),
step_1 AS (
SELECT e."host" AS "host", TIME_SLICE(e."Timestamp", 600, 'SECOND') AS "Timestamp", MIN(CASE WHEN e."SearchName" = 'written' THEN e."Timestamp" END) AS "EarlierTime", MAX(CASE WHEN e."SearchName" = 'started' THEN e."Timestamp" END) AS "LaterTime", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."host", TIME_SLICE(e."Timestamp", 600, 'SECOND')
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."EarlierTime" <= e."LaterTime"
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
