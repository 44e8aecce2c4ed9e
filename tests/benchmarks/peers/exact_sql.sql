-- asks:     Where do both files say the same of a code, where not, and where does one say nothing?
-- vi:       So sánh nguyên văn hai tệp theo mã hồ sơ
-- params:   $igate, $logbook
with export as (
    select
        "Số hồ sơ" as code,
        "Tên thủ tục hành chính" as procedure,
        "Công dân/ Tổ chức" as applicant,
        left("Ngày tiếp nhận", 10) as received,
        "Ngày hẹn trả" as due,
        "Ngày trả kết quả" as returned
    from read_csv($igate, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)
    where code is not null
    qualify count(*) over (partition by code) = 1
),

book as (
    select
        "Mã hồ sơ" as code,
        "Tên TTHC" as procedure,
        "Tên cá nhân, tổ chức" as applicant,
        left("Nhận hồ sơ", 10) as received,
        "Hẹn trả kết quả" as due,
        "Trả kết quả" as returned
    from read_csv($logbook, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true)
    where code is not null
    qualify count(*) over (partition by code) = 1
),

compared as (
    select
        export.code is null as is_book_only,
        book.code is null as is_export_only,
        export.procedure is distinct from book.procedure as has_other_procedure,
        export.applicant is distinct from book.applicant as has_other_applicant,
        export.received is distinct from book.received as has_other_received,
        export.due is distinct from book.due as has_other_due,
        export.returned is distinct from book.returned as has_other_returned,
        has_other_procedure or has_other_applicant or has_other_received or has_other_due or has_other_returned
            as has_other
    from export
    full join book on export.code = book.code
)

select
    count(*) filter (where is_export_only) as export_only,
    count(*) filter (where is_book_only) as book_only,
    count(*) filter (where not is_export_only and not is_book_only and not has_other) as equal,
    count(*) filter (where not is_export_only and not is_book_only and has_other) as differing,
    count(*) filter (where not is_export_only and not is_book_only and has_other_procedure) as other_procedure,
    count(*) filter (where not is_export_only and not is_book_only and has_other_applicant) as other_applicant,
    count(*) filter (where not is_export_only and not is_book_only and has_other_received) as other_received,
    count(*) filter (where not is_export_only and not is_book_only and has_other_due) as other_due,
    count(*) filter (where not is_export_only and not is_book_only and has_other_returned) as other_returned
from compared
