-- query:    link_weight
-- asks:     How many bits does each piece of evidence give the links of some lines, up to the score?
-- vi:       Từng căn cứ góp bao nhiêu vào độ chắc chắn của cặp khớp?
-- inputs:   adjustment, assigned, level_weight, link
-- grain:    entry_id, record_id, comparison
-- params:   $common_name_share, $entry_ids, $share_in_software
with asked as (
    select
        link.entry_id,
        link.record_id,
        link.method,
        link.agreement,
        link.score,
        assigned.bits,
        coalesce(
            assigned.chance, log2($share_in_software / (1 - $share_in_software) / $common_name_share)
        ) as chance,
        coalesce(assigned.by_day, 0) as by_day,
        coalesce(assigned.by_code, 0) as by_code,
        coalesce(assigned.by_applicant, 0) as by_applicant,
        coalesce(assigned.by_procedure, 0) as by_procedure,
        coalesce(assigned.by_place, 0) as by_place,
        coalesce(assigned.bits - assigned.weight, 0) as by_rivals
    from link
    left join assigned on link.entry_id = assigned.entry_id and link.record_id = assigned.record_id
    where link.entry_id in (select unnest($entry_ids))
),

of_level as (
    select
        asked.entry_id,
        asked.record_id,
        level_weight.comparison,
        level_weight.level,
        level_weight.phrase,
        level_weight.weight,
        level_weight.position
    from asked
    inner join level_weight on (asked.agreement >> (3 * level_weight.position)) & 7 = level_weight.level
    where level_weight.level > 0
),

said as (
    select
        entry_id,
        record_id,
        sum(weight) as weight
    from of_level
    group by entry_id, record_id
),

adjusted as (
    select
        asked.entry_id,
        asked.record_id,
        unnest(
            [
                { name: 'chance', weight: asked.chance },
                { name: 'day', weight: asked.by_day },
                { name: 'code', weight: asked.by_code },
                { name: 'applicant', weight: asked.by_applicant },
                { name: 'procedure', weight: asked.by_procedure },
                { name: 'place', weight: asked.by_place },
                { name: 'rivals', weight: asked.by_rivals },
                {
                    name: 'calibration',
                    -- a decision has no odds: what it says beyond the evidence is not a number
                    weight: case
                        when asked.method = 'decision' then 0
                        else
                            log2(asked.score / (1 - asked.score))
                            - asked.chance
                            - asked.by_day
                            - asked.by_code
                            - asked.by_applicant
                            - asked.by_procedure
                            - asked.by_place
                            - asked.by_rivals
                            - coalesce(said.weight, 0)
                    end
                }
            ]
        ) as part
    from asked
    left join said on asked.entry_id = said.entry_id and asked.record_id = said.record_id
)

select
    entry_id,
    record_id,
    comparison,
    level,
    phrase,
    weight,
    position
from of_level
union all by name
select
    adjusted.entry_id,
    adjusted.record_id,
    'by ' || adjusted.part.name as comparison,
    null::utinyint as level,
    adjustment.phrase,
    adjusted.part.weight,
    100::utinyint as position
from adjusted
inner join adjustment on adjusted.part.name = adjustment.adjustment
where abs(adjusted.part.weight) > 1e-9
order by entry_id, record_id, position, comparison
