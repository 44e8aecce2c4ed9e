-- step:     05 certain
-- asks:     Which pairs has a person decided, or carry one code and one applicant, both only once? They need no rival.
-- vi:       Cặp nào đã có người xác nhận, hoặc trùng mã và trùng tên?
-- inputs:   decided_pair, entry, record, repeated_code
-- grain:    entry_id, feed
-- params:   none
create or replace table certain as
with decided as (
    select
        entry.*,
        record.record_id,
        record.feed,
        record.code_on as record_code_on,
        record.serial as record_serial,
        record.procedure_id as record_procedure
    from decided_pair
    inner join entry on decided_pair.entry_id = entry.entry_id
    inner join record on decided_pair.record_id = record.record_id
    where decided_pair.is_same
    -- who decides twice about one line has changed nothing: the first record stays
    qualify
        row_number() over (partition by entry.entry_id, record.feed order by record.record_id) = 1
        and row_number() over (partition by record.record_id order by entry.entry_id) = 1
),

agreeing as materialized (
    select
        entry.entry_id,
        record.record_id,
        record.feed,
        entry.book_id,
        entry.code_id,
        record.code_on,
        record.serial,
        entry.is_repaired or record.is_repaired as is_repaired,
        case when entry.procedure_id <> record.procedure_id then entry.procedure_id end as entry_procedure,
        case when entry.procedure_id <> record.procedure_id then record.procedure_id end as record_procedure,
        -- where nothing differs the levels are plain: the same, or silent; else step 15 looks closer, but for other
        -- words of the procedure, whose level comes with step 13
        case
            when
                coalesce(entry.received_on = record.received_on, true)
                and coalesce(entry.due_on = record.due_on, true)
                and coalesce(entry.phone = record.phone, true)
                and coalesce(entry.address_id = record.address_id, true)
                then
                    1
                    + 8
                    + case when entry.received_on = record.received_on then 64 else 0 end
                    + case
                        when entry.due_on = record.due_on
                            then
                                case
                                    when
                                        entry.procedure_id = record.procedure_id
                                        and entry.received_on = record.received_on
                                        then 2560
                                    else 512
                                end
                        else 0
                    end
                    + case when entry.procedure_id = record.procedure_id then 4096 else 0 end
                    + case when entry.phone = record.phone then 32768 else 0 end
                    + case when entry.address_id = record.address_id then 262144 else 0 end
                    + 2097152 * case
                        when entry.returned_on is null or record.finished_on is null then 0
                        when entry.returned_on = record.finished_on then 1
                        when entry.returned_on > record.finished_on then 2
                        else 4
                    end
                    -- levels 5, 6 and 7 are 1, 2 and 4 of a day that the receipt explains
                    + 2097152 * case
                        when coalesce(entry.returned_on <> record.received_on, true) or record.finished_on is null
                            then 0
                        when entry.returned_on = record.finished_on or entry.returned_on > record.finished_on then 4
                        else 3
                    end
        end::uinteger as agreement
    from entry
    inner join record
        on
            entry.code_id = record.code_id
            and entry.applicant_id = record.applicant_id
),

repeated_entry as (
    select
        agreeing.entry_id,
        agreeing.feed
    from agreeing
    inner join repeated_code on agreeing.feed = repeated_code.feed and agreeing.code_id = repeated_code.code_id
    group by agreeing.entry_id, agreeing.feed
    having count(*) > 1
),

repeated_record as (
    select agreeing.record_id
    from agreeing
    inner join repeated_code on repeated_code.feed is null and agreeing.code_id = repeated_code.code_id
    group by agreeing.record_id
    having count(*) > 1
),

alone as materialized (
    select agreeing.*
    from agreeing
    where
        not exists (
            from repeated_entry
            where repeated_entry.entry_id = agreeing.entry_id and repeated_entry.feed = agreeing.feed
        )
        and not exists (from repeated_record where repeated_record.record_id = agreeing.record_id)
),

-- one of several dossiers that a person brought that day may carry another's code
open_person as (
    select distinct
        entry.unit_key,
        entry.received_on,
        entry.applicant_id
    from entry
    where not exists (from alone where alone.entry_id = entry.entry_id)
),

-- and so may the only line of several dossiers: where the procedure is in other words, it may be another dossier's
doubted_person as (
    select distinct
        record.feed,
        record.unit_key,
        record.received_on,
        record.applicant_id
    from alone
    inner join record on alone.record_id = record.record_id
    where alone.entry_procedure is not null
),

contested_person as (
    select distinct
        record.feed,
        record.unit_key,
        record.received_on,
        record.applicant_id
    from record
    inner join open_person
        on
            record.applicant_id = open_person.applicant_id
            and record.received_on = open_person.received_on
            and record.unit_key = open_person.unit_key
    where not exists (from alone where alone.record_id = record.record_id)
    union
    select
        record.feed,
        record.unit_key,
        record.received_on,
        record.applicant_id
    from record
    inner join doubted_person
        on
            record.feed = doubted_person.feed
            and record.applicant_id = doubted_person.applicant_id
            and record.received_on = doubted_person.received_on
            and record.unit_key = doubted_person.unit_key
    group by all
    -- who brings a stack is not compared dossier by dossier: that grows with its square
    having count(*) between 2 and 8
),

contested_entry as (
    select
        entry.entry_id,
        contested_person.feed
    from entry
    inner join contested_person
        on
            entry.applicant_id = contested_person.applicant_id
            and entry.received_on = contested_person.received_on
            and entry.unit_key = contested_person.unit_key
)

select
    entry_id,
    record_id,
    feed,
    book_id,
    record_code_on as code_on,
    record_serial as serial,
    false as is_repaired,
    true as is_decided,
    case when procedure_id <> record_procedure then procedure_id end as entry_procedure,
    case when procedure_id <> record_procedure then record_procedure end as record_procedure,
    null::uinteger as agreement
from decided
union all by name
select
    entry_id,
    record_id,
    feed,
    book_id,
    code_on,
    serial,
    is_repaired,
    false as is_decided,
    entry_procedure,
    record_procedure,
    agreement
from alone
where
    not exists (
        from contested_entry where contested_entry.entry_id = alone.entry_id and contested_entry.feed = alone.feed
    )
    and not exists (from decided where decided.entry_id = alone.entry_id and decided.feed = alone.feed)
    and not exists (from decided where decided.record_id = alone.record_id)
    and not exists (
        from decided_pair
        where
            not decided_pair.is_same
            and decided_pair.entry_id = alone.entry_id
            and decided_pair.record_id = alone.record_id
    )
