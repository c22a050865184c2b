-- One computer that talks to many others
-- fan_out, phase: c2, confidence: Medium
WITH step_0 AS (
SELECT time_dt AS "Timestamp", 'connections' AS "SearchName", CAST("device"."hostname" AS VARCHAR) AS "computer", CAST("dst_endpoint"."ip" AS VARCHAR) AS "DestinationIp"
FROM network_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND
  AND "dst_endpoint"."port" = 445
),
step_1 AS (
SELECT e."computer" AS "computer", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 600) * 600) AS "Timestamp", COUNT(DISTINCT e."DestinationIp") AS "value", MIN(e."Timestamp") AS "FirstSeen", MAX(e."Timestamp") AS "LastSeen"
FROM step_0 AS e
GROUP BY e."computer", FROM_UNIXTIME(FLOOR(TO_UNIXTIME(e."Timestamp") / 600) * 600)
),
step_2 AS (
SELECT e.*
FROM step_1 AS e
WHERE e."value" > 20
)
SELECT e.*
FROM step_2 AS e
LIMIT 10000
