# Shows errors of the event logs, of the last hours.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Script([int]$Code, [string]$Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$log = $env:MUSTER_PARAM_LOG
$hours = $env:MUSTER_PARAM_HOURS
$count = $env:MUSTER_PARAM_COUNT
if ($log -notmatch '\A[A-Za-z0-9/ _-]+\z') { Stop-Script 2 "log must be the name of an event log, was $log" }
if ($hours -notmatch '\A[1-9][0-9]{0,3}\z') { Stop-Script 2 "hours must be 1 to 9999, was $hours" }
if ($count -notmatch '\A[1-9][0-9]{0,3}\z') { Stop-Script 2 "count must be 1 to 9999, was $count" }

# 1 is critical, 2 is an error
$filter = @{ LogName = $log; Level = 1, 2; StartTime = (Get-Date).AddHours(-[int]$hours) }
try {
    $events = @(Get-WinEvent -FilterHashtable $filter -MaxEvents ([int]$count))
} catch {
    if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*') {
        Stop-Script 1 "the log $log cannot be read: $($_.Exception.Message)"
    }
    "no error in $log in the last $hours hours"
    exit 0
}
foreach ($entry in $events) {
    $message = if ($entry.Message) { ($entry.Message -split "`r?`n")[0] } else { '(no message)' }
    '{0:yyyy-MM-dd HH:mm:ss} {1} {2}: {3}' -f $entry.TimeCreated, $entry.ProviderName, $entry.Id, $message
}
exit 0
