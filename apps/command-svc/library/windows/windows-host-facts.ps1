# Says what this machine is: system, processors, memory, addresses, start, domain.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

$system = Get-CimInstance -ClassName Win32_OperatingSystem
$computer = Get-CimInstance -ClassName Win32_ComputerSystem
$processors = @(Get-CimInstance -ClassName Win32_Processor)
$addresses = @(Get-CimInstance -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled = TRUE' |
    ForEach-Object { $_.IPAddress })

[pscustomobject]@{
    'host name'     = $env:COMPUTERNAME
    'domain'        = $computer.Domain
    'system'        = $system.Caption
    'version'       = $system.Version
    'architecture'  = $system.OSArchitecture
    'processor'     = $processors[0].Name
    'processors'    = $computer.NumberOfLogicalProcessors
    'memory'        = '{0:N1} GiB' -f ($computer.TotalPhysicalMemory / 1GB)
    'memory free'   = '{0:N1} GiB' -f ($system.FreePhysicalMemory / 1MB)
    'addresses'     = $addresses -join ' '
    'started'       = $system.LastBootUpTime.ToString('yyyy-MM-dd HH:mm:ss')
    'time'          = (Get-Date).ToString('yyyy-MM-dd HH:mm:ss zzz')
} | Format-List | Out-String -Width 200 | ForEach-Object { $_.Trim() }
exit 0
