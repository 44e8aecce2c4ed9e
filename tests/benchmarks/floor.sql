-- asks:     What is the least that any reconciliation must do?
-- vi:       Việc tối thiểu mà bất cứ phép đối chiếu nào cũng phải làm là gì?
-- grain:    finding
-- params:   $igate, $logbook
select
    case
        when case_record."Số hồ sơ" is null then 'missing in software'
        when logbook_entry."Mã hồ sơ" is null then 'missing in logbook'
        when logbook_entry."Trả kết quả" is null then 'not returned'
        when case_record."Trạng thái" in ('Đã trả kết quả', 'Đã kết thúc') then 'agreed'
        else 'returned but not closed'
    end as finding,
    count(*) as dossiers
from read_csv($logbook, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true) as logbook_entry
full join read_csv($igate, header = true, delim = ',', quote = '"', escape = '"', all_varchar = true) as case_record
    on logbook_entry."Mã hồ sơ" = case_record."Số hồ sơ"
group by finding
order by finding
