-- step:     11 scored
-- asks:     How much does each pair's agreement speak for one dossier, in bits over chance?
-- vi:       Mức giống nhau nói lên bao nhiêu?
-- inputs:   compared, pattern, record_frequency
-- grain:    entry_id, record_id
-- params:   $common_name_share, $share_in_software
-- source:   Fellegi and Sunter 1969: log2(m/u) per comparison; Winkler's frequencies where u is a value's own share
create or replace table scored as
select
    compared.entry_id,
    compared.record_id,
    compared.feed,
    compared.is_certain,
    compared.agreement,
    compared.code = 1 as is_same_code,
    case
        when compared.code = 1 and not compared.is_repaired then 'exact'
        when compared.code = 1 then 'repaired'
        when compared.code in (2, 3) then 'near'
        else 'identity'
    end as method,
    pattern.weight
    + log2($share_in_software / (1 - $share_in_software))
    + case
        when compared.is_certain
            -- an agreeing code names one record of the unit: its size cancels out; a name is as common as can be
            then log2(1 / $common_name_share)
        else
            log2(1 / record_frequency.unit_records)
            + case
                when compared.received = 1 then log2(record_frequency.unit_records / record_frequency.day_records)
                else 0
            end
            -- serials restart each day: a code is one of the day's codes where the day agrees, else one of the unit's
            + case
                when compared.code = 1 and compared.received = 1 then log2(record_frequency.day_records)
                when compared.code = 1 then log2(record_frequency.unit_records)
                when compared.code in (2, 3) and compared.received <> 1
                    then log2(record_frequency.unit_records / coalesce(record_frequency.day_records, 1))
                else 0
            end
            + case
                when compared.applicant = 1
                    then log2(record_frequency.unit_records / record_frequency.applicant_records)
                else 0
            end
            + case
                when compared.procedure = 1
                    then log2(record_frequency.unit_records / record_frequency.procedure_records)
                else 0
            end
    end as weight
from compared
inner join pattern on compared.agreement = pattern.agreement
left join record_frequency on compared.record_id = record_frequency.record_id
