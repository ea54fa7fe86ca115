@echo off
rem Installs coverplan from this folder, without a network.
rem   install.bat [FOLDER]      set PYTHON=C:\Python\python.exe before, if python is another one
setlocal
chcp 65001 >nul
set PYTHONUTF8=1
set INTO=%~1
if "%INTO%"=="" set INTO=coverplan-env
if "%PYTHON%"=="" set PYTHON=python
"%PYTHON%" "%~dp0check.py" || exit /b 1
"%PYTHON%" -m venv "%INTO%" || exit /b 1
"%INTO%\Scripts\python.exe" -m pip install --quiet --no-warn-script-location --no-index --find-links "%~dp0wheels" --require-hashes -r "%~dp0requirements.txt" || exit /b 1
"%INTO%\Scripts\coverplan.exe" doctor
echo installed: %INTO%\Scripts\coverplan.exe
