-- Computers that start a tool most often, hour by hour
-- busiest, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'starts' AS "SearchName", CAST("device"."hostname" AS VARCHAR) AS "Computer"
FROM process_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id = 1
  AND LOWER("process"."file"."name") = LOWER('tool.exe')
),
step_1 AS (
SELECT e."Computer" AS "Computer", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 3600) * 3600) AS "Timestamp", COUNT(*) AS "starts"
FROM step_0 AS e
GROUP BY e."Computer", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 3600) * 3600)
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."starts" >= 5
),
step_3 AS (
SELECT e.*
FROM step_2 AS e
ORDER BY e."starts" DESC
LIMIT 50
)
SELECT e.*
FROM step_3 AS e
ORDER BY e."starts" DESC
LIMIT 10000
