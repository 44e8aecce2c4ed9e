-- query:    pattern_count
-- asks:     How often does each pattern of agreement stand between two sides of one dossier, and between strangers?
-- vi:       Mỗi kiểu giống nhau gặp bao nhiêu lần ở một hồ sơ, bao nhiêu lần ở hai hồ sơ khác nhau?
-- inputs:   compared, link, record_frequency
-- grain:    agreement
-- params:   none
with pair as (
    select
        agreement,
        score as same,
        0::double as strangers,
        0::double as by_day,
        0::double as by_procedure
    from link
    where method <> 'decision'
    union all by name
    -- of one unit and day all pairs were compared; other pairs are here because something agrees
    select
        compared.agreement,
        0::double as same,
        1::double as strangers,
        case when compared.is_of_several then 1 else 1 / record_frequency.day_records end as by_day,
        record_frequency.procedure_records / record_frequency.unit_records as by_procedure
    from compared
    inner join record_frequency on compared.record_id = record_frequency.record_id
    where
        compared.received = 1
        and not compared.is_certain
        and not compared.is_taken
        and not exists (
            from link where link.entry_id = compared.entry_id and link.record_id = compared.record_id
        )
)

select
    agreement,
    sum(same) as same,
    sum(strangers) as strangers,
    sum(by_day) as by_day,
    sum(by_procedure) as by_procedure
from pair
group by agreement
