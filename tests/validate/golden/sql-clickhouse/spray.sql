-- Many accounts from one address
-- spray, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'failures' AS "SearchName", CAST("src_endpoint"."ip" AS VARCHAR) AS "address", CAST("user"."name" AS VARCHAR) AS "TargetUserName"
FROM authentication
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id = 1
  AND LOWER("status") = LOWER('Failure')
),
step_1 AS (
SELECT e."address" AS "address", toStartOfInterval(e."Timestamp", INTERVAL 600 SECOND) AS "Timestamp", COUNT(DISTINCT e."TargetUserName") AS "value", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."address", toStartOfInterval(e."Timestamp", INTERVAL 600 SECOND)
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."value" > 20
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
