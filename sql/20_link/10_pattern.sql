-- step:     10 pattern
-- asks:     What does each pattern of agreement that occurs weigh, and how is it put in words?
-- vi:       Mỗi kiểu giống nhau nặng bao nhiêu, nói bằng lời thế nào?
-- inputs:   compared, level_weight
-- grain:    agreement
-- params:   none
create or replace table pattern as
with seen as (
    select distinct
        agreement,
        code,
        applicant,
        received,
        due,
        procedure,
        phone,
        address,
        returned
    from compared
),

agreement_level as (
    unpivot seen
    on code, applicant, received, due, procedure, phone, address, returned
    into name comparison value level
)

select
    agreement_level.agreement,
    sum(level_weight.weight) as weight,
    list(level_weight.phrase order by level_weight.position) filter (where level_weight.phrase <> '') as evidence
from agreement_level
inner join level_weight
    on agreement_level.comparison = level_weight.comparison and agreement_level.level = level_weight.level
group by agreement_level.agreement
