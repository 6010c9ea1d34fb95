# Lists how full drives are; fails when one is too full.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Script([int]$Code, [string]$Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$text = $env:MUSTER_PARAM_WARN_PERCENT
if ($text -notmatch '\A([1-9]|[1-9][0-9]|100)\z') { Stop-Script 2 "warn-percent must be 1 to 100, was $text" }
$limit = [int]$text

# 3 is a fixed disk; one without a size has no file system
$drives = @(Get-CimInstance -ClassName Win32_LogicalDisk -Filter 'DriveType = 3' | Where-Object { $_.Size -gt 0 })
$full = @()
foreach ($drive in $drives) {
    $used = 100 * ($drive.Size - $drive.FreeSpace) / $drive.Size
    '{0,-4} {1,5:N1} % used of {2,8:N1} GiB, {3,8:N1} GiB free' -f $drive.DeviceID, $used, ($drive.Size / 1GB), ($drive.FreeSpace / 1GB)
    if ($used -ge $limit) { $full += $drive.DeviceID }
}
if ($full.Count -gt 0) { Stop-Script 1 "at or above $limit %: $($full -join ', ')" }
exit 0
