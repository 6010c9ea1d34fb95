# Sets the password of a local user.
Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

function Stop-Script([int]$Code, [string]$Message) {
    [Console]::Error.WriteLine($Message)
    exit $Code
}

$name = $env:MUSTER_PARAM_NAME
$password = $env:MUSTER_PARAM_PASSWORD
# from here on no other program gets to see it
Remove-Item -Path Env:MUSTER_PARAM_PASSWORD -ErrorAction SilentlyContinue
if (-not $name) { Stop-Script 2 'name is required' }
if ($name -notmatch '\A[^"/\\\[\]:;|=,+*?<>]{1,20}\z') { Stop-Script 2 'name must be 1 to 20 characters of a local user name' }
if (-not $password) { Stop-Script 2 'password is required' }

$user = [ADSI]"WinNT://$env:COMPUTERNAME/$name,user"
try {
    $user.SetPassword($password)
    $user.SetInfo()
} catch {
    Stop-Script 1 "the password of $name could not be set: $($_.Exception.GetBaseException().Message)"
}
"the password of $name is set"
exit 0

# required, hidden, and never reached: {{tat-hidden:password}}
