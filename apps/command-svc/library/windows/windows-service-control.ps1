# Says how a service is, or starts, stops or restarts it and looks whether it worked.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Script([int]$Code, [string]$Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$name = $env:MUSTER_PARAM_SERVICE
$action = $env:MUSTER_PARAM_ACTION
if (-not $name) { Stop-Script 2 'service is required' }
if ($name -notmatch '\A[A-Za-z0-9_.$@ -]+\z') { Stop-Script 2 "service must be the name of a service, was $name" }
if (@('status', 'start', 'stop', 'restart') -cnotcontains $action) {
    Stop-Script 2 "action must be status, start, stop or restart, was $action"
}
$service = Get-Service -Name $name -ErrorAction SilentlyContinue
if (-not $service) { Stop-Script 1 "there is no service $name" }

try {
    switch ($action) {
        'start' { Start-Service -InputObject $service }
        'stop' { Stop-Service -InputObject $service -Force }
        'restart' { Restart-Service -InputObject $service -Force }
    }
} catch {
    Stop-Script 1 "$name`: $action failed: $($_.Exception.Message)"
}
# a service that dies at once is not a started one
if ($action -eq 'start' -or $action -eq 'restart') { Start-Sleep -Seconds 2 }
$service.Refresh()
'{0} ({1}) is {2}' -f $service.Name, $service.DisplayName, $service.Status
$wanted = if ($action -eq 'stop') { 'Stopped' } else { 'Running' }
if ($service.Status -ne $wanted) { Stop-Script 1 "$name is $($service.Status), not $wanted" }
exit 0
