-- Many accounts from one address
-- spray, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'failures' AS "SearchName", CAST(src_endpoint:ip::VARCHAR AS VARCHAR) AS "address", CAST(user:name::VARCHAR AS VARCHAR) AS "TargetUserName"
FROM authentication
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id = 1
  AND LOWER(status) = LOWER('Failure')
),
step_1 AS (
SELECT e."address" AS "address", TIME_SLICE(e."Timestamp", 600, 'SECOND') AS "Timestamp", COUNT(DISTINCT e."TargetUserName") AS "value", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."address", TIME_SLICE(e."Timestamp", 600, 'SECOND')
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."value" > 20
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
