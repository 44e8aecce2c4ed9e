-- step:     05 open_record
-- asks:     Which records has no certain line taken?
-- vi:       Hồ sơ nào trên phần mềm chưa có dòng sổ chắc chắn?
-- inputs:   case_record, certain, record
-- grain:    record_id
-- params:   $sound_pattern, $sounds
create or replace table open_record as
with free as (
    select *
    from record
    where not exists (from certain where certain.record_id = record.record_id)
),

heard as (
    select
        free.*,
        -- letters that people confuse made one: names that sound alike are equal
        array_to_string(
            list_transform(
                regexp_extract_all(case_record.applicant_key, $sound_pattern),
                lambda sound: coalesce($sounds[sound], sound)
            ),
            ''
        ) as sound_key
    from free
    inner join case_record on free.record_id = case_record.record_id
)

select
    record_id,
    feed,
    code_key,
    alias_key,
    unit_key,
    received_on,
    code_on,
    serial,
    phone_id,
    sound_key,
    -- dossiers that one person brought that day
    count(*) over (partition by feed, unit_key, received_on, sound_key) as siblings
from heard
