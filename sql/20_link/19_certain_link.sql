-- step:     19 certain_link
-- asks:     How much speaks for the pairs that need no rival, in bits over chance?
-- vi:       Các cặp trùng mã, trùng tên chắc đến đâu?
-- inputs:   certain, compared, pattern, procedure_likeness
-- grain:    entry_id, feed
-- params:   $common_name_share, $share_in_software
create or replace table certain_link as
with agreeing as (
    select
        certain.* exclude (agreement),
        coalesce(
            compared.agreement, certain.agreement + 4096 * coalesce(procedure_likeness.level, 0)
        )::uinteger as agreement
    from certain
    left join compared
        on
            certain.agreement is null
            and certain.entry_id = compared.entry_id
            and certain.record_id = compared.record_id
    left join procedure_likeness
        on
            certain.entry_procedure = procedure_likeness.entry_procedure
            and certain.record_procedure = procedure_likeness.record_procedure
)

select
    agreeing.entry_id,
    agreeing.record_id,
    agreeing.feed,
    case
        when agreeing.is_decided then 'decision'
        when agreeing.is_repaired then 'repaired'
        else 'exact'
    end as method,
    pattern.agreement,
    -- an agreeing code names one record of the unit: its size cancels out; a name is as common as can be
    pattern.weight + log2($share_in_software / (1 - $share_in_software) / $common_name_share) as weight
from agreeing
inner join pattern on agreeing.agreement = pattern.agreement
