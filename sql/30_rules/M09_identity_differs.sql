-- rule:     M09 identity_differs
-- asks:     Are line and record linked by their code although applicant or procedure disagree?
-- vi:       Trùng mã nhưng khác chủ hồ sơ hoặc khác thủ tục
-- inputs:   linked
-- grain:    entry_id, feed
-- params:   none
-- rests_on: none
-- severity: review
select
    entry_id,
    record_id,
    feed,
    true as needs_review,
    'review' as severity,
    null::varchar as urgency,
    null::date as close_by,
    list_filter(
        [
            {
                phrase: case when applicant_level = 4 then 'applicant_differs' end,
                logbook: null::varchar,
                software: null::varchar
            },
            {
                phrase: case when procedure_level = 4 then 'procedure_differs' end,
                logbook: null::varchar,
                software: null::varchar
            }
        ],
        lambda difference: difference.phrase is not null
    ) as detail
from linked
where
    method in ('exact', 'repaired')
    and (applicant_level = 4 or procedure_level = 4)
