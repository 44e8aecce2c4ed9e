-- rule:     M12 unclassified_word
-- asks:     Which status, procedure or field is unknown to the configuration or the catalogue?
-- vi:       Từ chưa được phân loại: trạng thái, thủ tục hoặc lĩnh vực lạ
-- inputs:   case_record, catalogue_field, catalogue_procedure, procedure
-- grain:    feed, detail
-- params:   none
-- rests_on: none
-- severity: config
with unknown_procedure as (
    select procedure_id
    from procedure
    where
        exists (from catalogue_procedure)
        and not exists (
            from catalogue_procedure
            where catalogue_procedure.procedure_key = procedure.procedure_key
        )
),

word as (
    select
        feed,
        case when status is null then 'unknown_status_empty' else 'unknown_status' end as phrase,
        coalesce(status, '') as word,
        record_id
    from case_record
    where state = 'unclassified'
    union all by name
    select
        feed,
        'unknown_procedure' as phrase,
        procedure_name as word,
        record_id
    from case_record
    where
        exists (
            from unknown_procedure
            where unknown_procedure.procedure_id = case_record.procedure_id
        )
    union all by name
    select
        feed,
        'unknown_field' as phrase,
        field_name as word,
        record_id
    from case_record
    where
        field_name is not null
        and exists (from catalogue_field)
        and not exists (
            from catalogue_field
            where catalogue_field.field_name = lower(case_record.field_name)
        )
)

select
    null::uinteger as entry_id,
    min(record_id) as record_id,
    feed,
    false as needs_review,
    'config' as severity,
    null::varchar as urgency,
    null::date as close_by,
    [{
        phrase: phrase,
        logbook: count(*)::varchar,
        software: word
    }] as detail
from word
group by feed, phrase, word
