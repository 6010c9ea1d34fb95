# Lists updates that Windows Update has for this machine, and whether a restart is pending.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Script([int]$Code, [string]$Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

try {
    $session = New-Object -ComObject Microsoft.Update.Session
    $found = $session.CreateUpdateSearcher().Search('IsInstalled = 0 and IsHidden = 0')
} catch {
    Stop-Script 1 "Windows Update cannot be asked: $($_.Exception.Message)"
}
foreach ($update in $found.Updates) {
    $severity = if ($update.MsrcSeverity) { $update.MsrcSeverity } else { '-' }
    '{0,-10} {1}' -f $severity, $update.Title
}
'{0} updates' -f $found.Updates.Count
if ((New-Object -ComObject Microsoft.Update.SystemInfo).RebootRequired) { 'a restart is pending' }
exit 0
