-- step:     18 pattern
-- asks:     What does each pattern of agreement weigh, does it settle who is meant, and how is it put in words?
-- vi:       Mỗi kiểu giống nhau nặng bao nhiêu, nói bằng lời thế nào?
-- inputs:   certain, compared, level_weight, procedure_likeness, scored
-- grain:    agreement
-- params:   none
create or replace table pattern as
with seen as (
    select agreement
    from scored
    union
    select agreement
    from compared
    where is_certain
    union
    select (certain.agreement + 4096 * coalesce(procedure_likeness.level, 0))::uinteger as agreement
    from certain
    left join procedure_likeness
        on
            certain.entry_procedure = procedure_likeness.entry_procedure
            and certain.record_procedure = procedure_likeness.record_procedure
    where certain.agreement is not null
)

select
    seen.agreement,
    sum(level_weight.weight) as weight,
    -- day and procedure agree, and so does a name, or a code that no other line carries
    (seen.agreement >> 6) & 7 = 1
    and (seen.agreement >> 12) & 7 in (1, 2, 3)
    and ((seen.agreement >> 3) & 7 in (1, 2, 3, 5, 6) or seen.agreement & 7 = 1) as is_settled,
    list(level_weight.phrase order by level_weight.position) filter (where level_weight.phrase <> '') as evidence
from seen
inner join level_weight on (seen.agreement >> (3 * level_weight.position)) & 7 = level_weight.level
group by seen.agreement
