-- Many failed logons of one account
-- brute_force, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'failures' AS "SearchName", CAST("user"."name" AS VARCHAR) AS "user"
FROM authentication
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id = 1
  AND LOWER("status") = LOWER('Failure')
),
step_1 AS (
SELECT e."user" AS "user", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 300) * 300) AS "Timestamp", COUNT(*) AS "value", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."user", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 300) * 300)
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."value" >= 10
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
